// Variables of several widths.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

volatile __u8 level = 1;
volatile int limits[4];
_Bool verbose;

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  return verbose ? level : limits[1];
}

char _license[] SEC("license") = "GPL";
