// SPDX-License-Identifier: GPL-2.0
// Functions of the kernel, of which each kernel has some.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

/* Whole, not declared only: of another kind it would be another prototype. */
struct sock {
	int unused;
};

/* Since 6.2 */
extern struct task_struct *bpf_task_from_pid(int pid) __ksym __weak;
extern struct task_struct *bpf_task_from_pid___flavour(int pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;
/* A test function, in the kernel itself from 5.13 to 6.3 */
extern int bpf_kfunc_call_test2(struct sock *socket, __u32 a, __u32 b) __ksym __weak;
/* In none */
extern int ebpf4j_no_such_function(int number) __ksym __weak;

/* Process 2 is a thread of the kernel. */
int pid, flavoured, test_sum, missing;

SEC("tc")
int call(struct __sk_buff *packet)
{
	struct task_struct *task;
	struct bpf_sock *socket = packet->sk;

	pid = flavoured = test_sum = -1;
	if (bpf_task_from_pid) {
		task = bpf_task_from_pid(2);
		if (task) {
			pid = task->pid;
			bpf_task_release(task);
		}
		task = bpf_task_from_pid___flavour(2);
		if (task) {
			flavoured = task->pid;
			bpf_task_release(task);
		}
	}
	if (bpf_kfunc_call_test2 && socket) {
		socket = bpf_sk_fullsock(socket);
		if (socket)
			test_sum = bpf_kfunc_call_test2((struct sock *)socket, 20, 3);
	}
	missing = ebpf4j_no_such_function ? ebpf4j_no_such_function(3) : 77;
	return 0;
}

char _license[] SEC("license") = "GPL";
