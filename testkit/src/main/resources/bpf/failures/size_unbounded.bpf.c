// A helper is given a size that may be anything.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  char data[16] = {};
  bpf_probe_read_kernel(data, ctx->args[0], (void *)ctx->args[1]);
  return data[0] & 1;
}

char _license[] SEC("license") = "GPL";
