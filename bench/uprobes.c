// The libbpf side of bench/uprobes.
//
//   uprobes OBJECT PROGRAM LIBRARY COUNT     attaches the program to function_0 and so on of the library, and detaches all,
//                                            for each empty line of standard input, and prints how many microseconds that
//                                            took; any other line is the end
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec start, end;
	struct bpf_program *each;
	char line[64], name[64];

	if (argc != 5)
		return 2;
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (libbpf_get_error(object))
		return 1;
	// It is the one that is wanted alone, as this libbpf may not know the sections of all.
	bpf_object__for_each_program(each, object)
		bpf_program__set_autoload(each, !strcmp(bpf_program__name(each), argv[2]));
	if (bpf_object__load(object))
		return 1;
	struct bpf_program *program = bpf_object__find_program_by_name(object, argv[2]);
	int count = atoi(argv[4]);
	struct bpf_link **links = calloc(count, sizeof(*links));

	while (fgets(line, sizeof(line), stdin) && !strcmp(line, "\n")) {
		clock_gettime(CLOCK_MONOTONIC, &start);
		for (int i = 0; i < count; i++) {
			LIBBPF_OPTS(bpf_uprobe_opts, options, .func_name = name);
			snprintf(name, sizeof(name), "function_%d", i);
			links[i] = bpf_program__attach_uprobe_opts(program, -1, argv[3], 0, &options);
			if (libbpf_get_error(links[i])) {
				perror("attach");
				return 1;
			}
		}
		for (int i = 0; i < count; i++)
			bpf_link__destroy(links[i]);
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000000L + (end.tv_nsec - start.tv_nsec) / 1000);
		fflush(stdout);
	}
	return 0;
}
