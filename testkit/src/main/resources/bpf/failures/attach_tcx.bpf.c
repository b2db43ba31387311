// A program for the packets that a device takes in.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tcx/ingress")
int f(struct __sk_buff *ctx) {
  return 0;
}

char _license[] SEC("license") = "GPL";
