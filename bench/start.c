// SPDX-License-Identifier: Apache-2.0
// Measures the start of a command, and is the same with libbpf:
//   start time COMMAND…    runs it; wall clock and processor time in microseconds, and its greatest memory in KB
//   start line COMMAND…    the same, up to the first line of its output that has Hello in it; then SIGINT
//   start hello OBJECT     attaches the program hello with libbpf, prints the machine's trace pipe
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Every millisecond a program is executed, as in a machine where something happens. */
static pid_t executor(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	for (;;) {
		pid_t child = vfork();

		if (child == 0) {
			execl("/bin/true", "true", NULL);
			_exit(1);
		}
		waitpid(child, NULL, 0);
		usleep(1000);
	}
}

static int measure(int line, char **command)
{
	char text[65536];
	long long begin, end = 0;
	struct rusage usage;
	int pipes[2], status;
	pid_t pid, busy = 0;
	size_t length = 0;
	ssize_t n;

	if (line)
		busy = executor(); /* before the pipe, whose end it would keep */
	if (pipe2(pipes, O_CLOEXEC))
		fail("pipe");
	begin = now();
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		signal(SIGINT, SIG_DFL); /* which a shell in the background has ignored */
		dup2(null, 0);
		dup2(pipes[1], 1);
		dup2(null, 2);
		execvp(command[0], command);
		_exit(127);
	}
	close(pipes[1]);
	while ((n = read(pipes[0], text + length, sizeof(text) - 1 - length)) > 0) {
		if (!line)
			continue;
		length += n;
		text[length] = 0;
		if (!end && strstr(text, "Hello")) {
			end = now();
			kill(pid, SIGINT);
			length = 0;
		}
		if (end || length > sizeof(text) / 2)
			length = 0;
	}
	wait4(pid, &status, 0, &usage);
	if (!end)
		end = now();
	if (busy) {
		kill(busy, SIGKILL);
		waitpid(busy, NULL, 0);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		fail(command[0]);
	printf("%lld %lld %ld\n", end - begin,
	       (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
		       usage.ru_stime.tv_usec,
	       usage.ru_maxrss);
	return 0;
}

static int hello(const char *file)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *program;
	char text[4096];
	ssize_t n;
	int pipe;

	if (!object || bpf_object__load(object))
		fail("load");
	program = bpf_object__find_program_by_name(object, "hello");
	if (!program || !bpf_program__attach(program))
		fail("attach");
	pipe = open("/sys/kernel/tracing/trace_pipe", O_RDONLY);
	if (pipe < 0)
		fail("trace_pipe");
	while ((n = read(pipe, text, sizeof(text))) > 0)
		if (write(1, text, n) < 0)
			return 1;
	return 0;
}

int main(int count, char **words)
{
	if (count >= 3 && !strcmp(words[1], "time"))
		return measure(0, words + 2);
	if (count >= 3 && !strcmp(words[1], "line"))
		return measure(1, words + 2);
	if (count == 3 && !strcmp(words[1], "hello"))
		return hello(words[2]);
	fprintf(stderr, "start time|line COMMAND…, or start hello OBJECT\n");
	return 2;
}
