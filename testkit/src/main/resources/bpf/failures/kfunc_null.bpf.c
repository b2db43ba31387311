// A kernel function is given a pointer that may be null.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
  int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

SEC("tp_btf/task_newtask")
int f(void *ctx) {
  struct task_struct *task = bpf_task_from_pid(1);
  bpf_task_release(task);
  return 0;
}

char _license[] SEC("license") = "GPL";
