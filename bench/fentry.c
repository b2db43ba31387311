// The libbpf side of bench/fentry.
//
//   fentry OBJECT PROGRAM COUNT   for each line of standard input attaches the program where its section says and
//                                 detaches it, COUNT times, and prints how many microseconds attaching and detaching took
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
	long nanos = (now.tv_sec - start->tv_sec) * 1000000000L + now.tv_nsec - start->tv_nsec;
	*start = now;
	return nanos;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct bpf_program *program;
	char line[64];

	if (argc != 4)
		return 2;
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return 1;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), argv[2]));
	if (bpf_object__load(object))
		return 1;
	program = bpf_object__find_program_by_name(object, argv[2]);
	while (fgets(line, sizeof(line), stdin)) {
		long attach = 0, detach = 0;

		for (int i = 0; i < atoi(argv[3]); i++) {
			struct timespec at;
			clock_gettime(CLOCK_MONOTONIC, &at);
			struct bpf_link *link = bpf_program__attach(program);
			attach += since(&at);
			if (!link)
				return 1;
			bpf_link__destroy(link);
			detach += since(&at);
		}
		printf("%ld %ld\n", attach / 1000, detach / 1000);
		fflush(stdout);
	}
	bpf_object__close(object);
	return 0;
}
