// A loop that never ends.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  volatile int go = 1;
  while (go)
    ;
  return 0;
}

char _license[] SEC("license") = "GPL";
