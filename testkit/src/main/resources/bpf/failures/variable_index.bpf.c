// An index into a global variable that may be anything.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 first = 1;
__u32 limits[8];
__u32 last = 1;

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  limits[(__u32)ctx->args[1]] = first;
  return last;
}

char _license[] SEC("license") = "GPL";
