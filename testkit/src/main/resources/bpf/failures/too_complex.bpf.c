// More instructions than the verifier follows; its log has some hundred MB.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  __u64 i = 0, sum = 0;
  while (i < 3000000) {
    i++;
    sum += ctx->args[0];
    asm volatile("" : "+r"(i), "+r"(sum));
  }
  return sum & 1;
}

char _license[] SEC("license") = "GPL";
