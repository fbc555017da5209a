"""The Microsoft Graph client."""
