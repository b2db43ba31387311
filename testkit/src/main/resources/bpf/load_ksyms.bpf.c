// SPDX-License-Identifier: GPL-2.0
// Addresses of the kernel, and what it lacks.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const void vfs_read __ksym;
extern const void ebpf4j_no_such_symbol __ksym __weak;
extern const int ebpf4j_no_such_variable __ksym __weak;
extern int ebpf4j_no_such_function(int number) __ksym __weak;

__u64 address, missing_address = 1;
int missing_variable, missing_function;

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	address = (__u64)&vfs_read;
	missing_address = (__u64)&ebpf4j_no_such_symbol;
	missing_variable = &ebpf4j_no_such_variable ? *(int *)bpf_this_cpu_ptr(&ebpf4j_no_such_variable) : 77;
	missing_function = ebpf4j_no_such_function ? ebpf4j_no_such_function(3) : 78;
	return 0;
}

char _license[] SEC("license") = "GPL";
