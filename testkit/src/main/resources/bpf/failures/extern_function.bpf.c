// A kernel function that is declared without __ksym.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
  int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(int pid);

SEC("tp_btf/task_newtask")
int f(void *ctx) {
  return bpf_task_from_pid(1) != 0;
}

char _license[] SEC("license") = "GPL";
