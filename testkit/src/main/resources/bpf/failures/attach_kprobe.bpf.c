// A program at a kernel function.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe/do_nanosleep")
int f(void *ctx) {
  return 0;
}

char _license[] SEC("license") = "GPL";
