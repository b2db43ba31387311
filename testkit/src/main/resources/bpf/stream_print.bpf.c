// SPDX-License-Identifier: GPL-2.0
// Writes to the two streams of a program, with the function as 6.17, 6.18 and later kernels have it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_stream_vprintk_impl(int stream, const char *format, const void *values, __u32 size,
				   void *program) __ksym __weak;
extern int bpf_stream_vprintk___five(int stream, const char *format, const void *values, __u32 size,
				     void *program) __ksym __weak;
extern int bpf_stream_vprintk(int stream, const char *format, const void *values, __u32 size) __ksym __weak;

int number, failed, last;

static const char line[] = "number %d\n";
static const char first_half[] = "half ";
static const char second_half[] = "and half\nrest of %d";
static const char problem[] = "problem %d\n";

#define PRINT(stream, format)										\
	({												\
		__u64 values[1] = { number };								\
		int result;										\
													\
		if (bpf_stream_vprintk_impl)								\
			result = bpf_stream_vprintk_impl(stream, format, values, sizeof(values), 0);	\
		else if (bpf_stream_vprintk___five)							\
			result = bpf_stream_vprintk___five(stream, format, values, sizeof(values), 0);	\
		else											\
			result = bpf_stream_vprintk(stream, format, values, sizeof(values));		\
		last = result;										\
		if (result < 0)										\
			failed++;									\
	})

SEC("syscall")
int stream_line(void *ctx)
{
	PRINT(1, line);
	PRINT(2, problem);
	return 0;
}

SEC("syscall")
int stream_first_half(void *ctx)
{
	PRINT(1, first_half);
	return 0;
}

SEC("syscall")
int stream_second_half(void *ctx)
{
	PRINT(1, second_half);
	return 0;
}

char _license[] SEC("license") = "GPL";
