// The libbpf side of bench/load.
//
//   load FILE...        opens, relocates, loads and closes each object for each empty line of standard input,
//                       and prints how many microseconds that took; any other line is the end
//   load --once FILE    does it once; the exit status says whether it loaded
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static int load(const char *file)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);

	if (libbpf_get_error(object))
		return 1;
	int failed = bpf_object__load(object) != 0;
	bpf_object__close(object);
	if (failed)
		fprintf(stderr, "libbpf does not load %s\n", file);
	return failed;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct timespec start, end;
	char line[64];

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	libbpf_set_print(say_nothing);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	if (argc == 3 && !strcmp(argv[1], "--once"))
		return load(argv[2]);
	while (fgets(line, sizeof(line), stdin) && !strcmp(line, "\n")) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		for (char **file = argv + 1; *file; file++)
			if (load(*file))
				return 1;
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000000L + (end.tv_nsec - start.tv_nsec) / 1000);
		fflush(stdout);
	}
	return 0;
}
