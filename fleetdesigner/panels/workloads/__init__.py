"""The list of workloads and the editor of one."""
