"""Pages, one module for each family of kinds; ``ecoop_ld.site.represent`` names them all."""
