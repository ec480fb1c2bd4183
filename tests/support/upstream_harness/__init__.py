"""A server in OpenAI's form, as vLLM and llama.cpp are, that does what its prompts say."""
