// Variables of two gigabytes, all of them zero, in a file of some kilobytes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char big[2000000000];
int numbers[30000000];
int mode;

SEC("socket")
int f(struct __sk_buff *ctx) {
  return mode + big[5] + numbers[7];
}

char LICENSE[] SEC("license") = "GPL";
