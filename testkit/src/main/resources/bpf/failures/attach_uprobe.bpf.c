// A program at a function of a C library.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("uprobe/libc.so.6:malloc")
int f(void *ctx) {
  return 0;
}

char _license[] SEC("license") = "GPL";
