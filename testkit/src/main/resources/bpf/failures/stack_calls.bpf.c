// Functions that have more than 512 bytes of stack together.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int inner(int n) {
  volatile char data[300] = {};
  data[n & 255] = 1;
  return data[n & 127];
}

SEC("tc")
int f(struct __sk_buff *ctx) {
  volatile char data[300] = {};
  data[ctx->len & 255] = 1;
  return inner(data[ctx->len & 127]) & 1;
}

char _license[] SEC("license") = "GPL";
