"""How recurrences are said in English and Chinese, each by a small grammar over a text's words."""
