"""Client of Footfall for Python 3.9 and newer; needs nothing but the standard library."""
