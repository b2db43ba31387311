// A field that the kernel has not.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
  int pid;
  int mood;
} __attribute__((preserve_access_index));

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  return BPF_CORE_READ(task, mood) & 1;
}

char _license[] SEC("license") = "GPL";
