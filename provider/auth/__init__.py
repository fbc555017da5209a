"""One credential for each sign-in method, behind one small protocol."""
