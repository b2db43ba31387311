// The libbpf side of bench/kprobes.
//
//   kprobes OBJECT LIST PATTERN   for each empty line of standard input attaches the program `many` of the object to
//                                 the functions that the file LIST names, or, where that is empty, to those that
//                                 PATTERN fits, detaches it, and prints how many microseconds each took
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static long since(struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	long micros = (now.tv_sec - start->tv_sec) * 1000000L + (now.tv_nsec - start->tv_nsec) / 1000;
	*start = now;
	return micros;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	static const char *names[65536];
	size_t count = 0;
	char line[512];

	if (argc != 4)
		return 2;
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return 1;
	struct bpf_program *program, *each;
	// The object has programs that this libbpf may not know.
	bpf_object__for_each_program(each, object)
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), "many"));
	program = bpf_object__find_program_by_name(object, "many");
	if (!program || bpf_object__load(object))
		return 1;
	if (*argv[2]) {
		FILE *list = fopen(argv[2], "r");
		if (!list)
			return 1;
		while (count < 65536 && fgets(line, sizeof(line), list)) {
			line[strcspn(line, "\n")] = 0;
			names[count++] = strdup(line);
		}
		fclose(list);
	}
	while (fgets(line, sizeof(line), stdin)) {
		LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = count ? names : NULL, .cnt = count);
		struct timespec at;
		clock_gettime(CLOCK_MONOTONIC, &at);
		struct bpf_link *link = bpf_program__attach_kprobe_multi_opts(program, count ? NULL : argv[3], &options);
		long attach = since(&at);
		if (!link)
			return 1;
		bpf_link__destroy(link);
		printf("%ld %ld\n", attach, since(&at));
		fflush(stdout);
	}
	bpf_object__close(object);
	return 0;
}
