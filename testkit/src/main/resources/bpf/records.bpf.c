// Records whose length is not that of their struct: with a flexible array, cut short, longer. The
// types of the values say what the records are; the kernel is given no size.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

// What follows the two numbers is text.
struct line {
  __u32 pid;
  __u32 len;
  char text[];
};

// Only as much of the arguments is sent as there is.
struct call {
  __u32 pid;
  __u32 args_len;
  char args[64];
  __u64 ended;
};

struct frame {
  __u32 line;
  __u16 depth;
  __u16 flags;
};

// The array starts in the padding of the rest.
struct stack {
  __u64 time;
  __u32 count;
  struct frame frames[];
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
  __type(value, struct line);
} lines SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
  __type(value, struct call);
} calls SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
  __type(value, struct stack);
} stacks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __type(value, struct call);
} perf_calls SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
} perf_plain SEC(".maps");

SEC("tc")
int emit(struct __sk_buff *ctx) {
  struct line *line = bpf_ringbuf_reserve(&lines, sizeof(*line) + 11, 0);
  if (line) {
    line->pid = 1;
    line->len = 11;
    __builtin_memcpy(line->text, "hello world", 11);
    bpf_ringbuf_submit(line, 0);
  }
  struct call call = {.pid = 7, .args_len = 6, .args = "ls -l"};
  bpf_ringbuf_output(&calls, &call, 8 + 6, 0);
  bpf_perf_event_output(ctx, &perf_calls, BPF_F_CURRENT_CPU, &call, 8 + 6);
  struct stack *stack = bpf_ringbuf_reserve(&stacks, 12 + 2 * sizeof(struct frame), 0);
  if (stack) {
    stack->time = 5;
    stack->count = 2;
    stack->frames[0] = (struct frame){.line = 10, .depth = 1, .flags = 3};
    stack->frames[1] = (struct frame){.line = 20, .depth = 2, .flags = 4};
    bpf_ringbuf_submit(stack, 0);
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
