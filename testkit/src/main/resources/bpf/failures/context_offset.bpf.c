// A field of the context that programs of this type have not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int f(struct xdp_md *ctx) {
  return *(__u32 *)((char *)ctx + 200);
}

char _license[] SEC("license") = "GPL";
