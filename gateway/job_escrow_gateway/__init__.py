"""OpenAI's form of API in front of models, paid for with job_escrow credits."""
