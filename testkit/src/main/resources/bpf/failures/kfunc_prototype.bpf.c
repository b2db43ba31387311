// A kernel function that the kernel has with other parameters.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
  int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(void *where, long how) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

SEC("tp_btf/task_newtask")
int f(void *ctx) {
  struct task_struct *task = bpf_task_from_pid(ctx, 1);
  if (task)
    bpf_task_release(task);
  return 0;
}

char _license[] SEC("license") = "GPL";
