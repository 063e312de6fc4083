"""Floor 2: the verbs, one function per thing that a person does. Has never heard of HTTP."""
