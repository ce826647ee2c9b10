"""Where everything is kept: a transaction of small repositories, one a concern."""
