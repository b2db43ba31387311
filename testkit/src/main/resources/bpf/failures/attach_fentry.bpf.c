// A program at the beginning of a kernel function.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/do_nanosleep")
int f(void *ctx) {
  return 0;
}

char _license[] SEC("license") = "GPL";
