// Classes run beside each other, on all cores; those that measure the process itself are marked.
[assembly: Parallelize(Scope = ExecutionScope.ClassLevel)]
