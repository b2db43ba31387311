// A kernel function that the kernel has not, declared weak, and called without a look.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_no_such_function(int) __ksym __weak;

SEC("tc")
int f(struct __sk_buff *ctx) {
  return bpf_no_such_function(1);
}

char _license[] SEC("license") = "GPL";
