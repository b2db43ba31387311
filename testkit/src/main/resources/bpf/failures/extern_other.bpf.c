// A function of another file.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int helper_of_another_file(int);

SEC("socket")
int f(void *ctx) {
  return helper_of_another_file(1);
}

char _license[] SEC("license") = "GPL";
