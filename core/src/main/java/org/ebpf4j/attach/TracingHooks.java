package org.ebpf4j.attach;

import static org.ebpf4j.attach.HookRow.row;
import static org.ebpf4j.attach.HookSection.exact;
import static org.ebpf4j.attach.HookSection.open;

import java.util.List;
import org.ebpf4j.attach.HookSection.Flag;

/// The rows of the table of hooks for what a kernel and its processes do.
final class TracingHooks {
  private static final String FUNCTIONS = "PATTERN[,PATTERN…]";
  private static final List<HookOption> COOKIES =
      List.of(
          HookOption.value(
              "cookie", "N[:N…]", "the number that bpf_get_attach_cookie gives; or one for each"));

  static final List<HookKind> ROWS =
      List.of(
          row("tracepoint", "a tracepoint of the kernel, by its place in tracefs")
              .alias("tp")
              .place(
                  "CATEGORY/NAME",
                  List.of(HookOption.cookie()),
                  "syscalls/sys_enter_execve",
                  Tracepoint::parse)
              .attachedWith("a perf event; a link since 5.15")
              .sections(
                  open("tracepoint", ProgramType.TRACEPOINT),
                  open("tp", ProgramType.TRACEPOINT),
                  open("tracepoint.s", ProgramType.TRACEPOINT, Flag.SLEEPABLE),
                  open("tp.s", ProgramType.TRACEPOINT, Flag.SLEEPABLE)),
          row("raw_tracepoint", "a tracepoint of the kernel, with its raw arguments")
              .alias("raw_tp")
              .place("NAME", List.of(HookOption.cookie()), "sched_switch", RawTracepoint::parse)
              .attachedWith("a link")
              .sections(
                  open("raw_tracepoint", ProgramType.RAW_TRACEPOINT),
                  open("raw_tp", ProgramType.RAW_TRACEPOINT),
                  open("raw_tracepoint.s", ProgramType.RAW_TRACEPOINT, Flag.SLEEPABLE),
                  open("raw_tp.s", ProgramType.RAW_TRACEPOINT, Flag.SLEEPABLE),
                  open("raw_tracepoint.w", ProgramType.RAW_TRACEPOINT_WRITABLE),
                  open("raw_tp.w", ProgramType.RAW_TRACEPOINT_WRITABLE)),
          row("tp_btf", "a tracepoint of the kernel, with its arguments typed")
              .place(
                  "[MODULE:]NAME",
                  List.of(HookOption.cookie()),
                  "sched_switch",
                  BtfTracepoint::parse)
              .attachedWith("a link; cookies since 6.10")
              .sections(
                  open("tp_btf", ProgramType.TRACING, AttachType.TRACE_RAW_TP, Flag.KERNEL_BTF),
                  open(
                      "tp_btf.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_RAW_TP,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("kprobe", "an instruction of the kernel")
              .place(
                  "[MODULE:]SYMBOL[+OFFSET]",
                  List.of(HookOption.cookie()),
                  "do_unlinkat+0x4",
                  Kprobe::parse)
              .attachedWith("a perf event, or one of tracefs; a link since 5.15")
              .sections(open("kprobe", ProgramType.KPROBE)),
          row("kretprobe", "the return from a function of the kernel")
              .place(
                  "[MODULE:]SYMBOL", List.of(HookOption.cookie()), "do_unlinkat", Kretprobe::parse)
              .attachedWith("a perf event, or one of tracefs; a link since 5.15")
              .sections(open("kretprobe", ProgramType.KPROBE)),
          row("kprobe.multi", "the entries of many functions of the kernel")
              .place(FUNCTIONS, COOKIES, "tcp_v4_*", kprobes(ProbeMode.ENTRY))
              .commasInPlace()
              .attachedWith("a link on many functions; since 5.18")
              .sections(open("kprobe.multi", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI)),
          row("kretprobe.multi", "the returns from many functions of the kernel")
              .place(FUNCTIONS, COOKIES, "tcp_v4_*", kprobes(ProbeMode.RETURN))
              .commasInPlace()
              .attachedWith("a link on many functions; since 5.18")
              .sections(open("kretprobe.multi", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI)),
          row("kprobe.session", "the entries of and returns from many functions of the kernel")
              .place(FUNCTIONS, COOKIES, "tcp_v4_*", kprobes(ProbeMode.SESSION))
              .commasInPlace()
              .attachedWith("a link on many functions; since 6.10")
              .sections(
                  open("kprobe.session", ProgramType.KPROBE, AttachType.TRACE_KPROBE_SESSION)),
          row("ksyscall", "the entry of a system call")
              .place(
                  "NAME",
                  List.of(HookOption.cookie()),
                  "openat",
                  (text, options) -> new Ksyscall(text, false, options.number("cookie", 0)))
              .attachedWith("a kprobe")
              .sections(open("ksyscall", ProgramType.KPROBE)),
          row("kretsyscall", "the return from a system call")
              .place(
                  "NAME",
                  List.of(HookOption.cookie()),
                  "openat",
                  (text, options) -> new Ksyscall(text, true, options.number("cookie", 0)))
              .attachedWith("a kretprobe")
              .sections(open("kretsyscall", ProgramType.KPROBE)),
          row("uprobe", "an instruction of a program or library")
              .place("FILE:SYMBOL[+OFFSET]", Uprobe.OPTIONS, "libc.so.6:malloc+0x4", Uprobe::parse)
              .commasInPlace()
              .attachedWith(
                  "an event of the perf unit for uprobes, since 4.17, or of tracefs; a link since"
                      + " 5.15")
              .sections(
                  open("uprobe", ProgramType.KPROBE),
                  open("uprobe.s", ProgramType.KPROBE, Flag.SLEEPABLE)),
          row("uretprobe", "the return from a function of a program or library")
              .place("FILE:SYMBOL", Uprobe.OPTIONS, "libc.so.6:malloc", Uretprobe::parse)
              .commasInPlace()
              .attachedWith(
                  "an event of the perf unit for uprobes, since 4.17, or of tracefs; a link since"
                      + " 5.15")
              .sections(
                  open("uretprobe", ProgramType.KPROBE),
                  open("uretprobe.s", ProgramType.KPROBE, Flag.SLEEPABLE)),
          row("uprobe.multi", "the entries of many functions of a program or library")
              .place(
                  "FILE:PATTERN[,PATTERN…]",
                  UprobeMulti.OPTIONS,
                  "libc.so.6:mem*",
                  (text, options) -> UprobeMulti.parse(ProbeMode.ENTRY, text, options))
              .commasInPlace()
              .attachedWith("a link on many places, since 6.6; an event for each before")
              .sections(
                  open("uprobe.multi", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
                  open(
                      "uprobe.multi.s",
                      ProgramType.KPROBE,
                      AttachType.TRACE_UPROBE_MULTI,
                      Flag.SLEEPABLE)),
          row("uretprobe.multi", "the returns from many functions of a program or library")
              .place(
                  "FILE:PATTERN[,PATTERN…]",
                  UprobeMulti.OPTIONS,
                  "libc.so.6:mem*",
                  (text, options) -> UprobeMulti.parse(ProbeMode.RETURN, text, options))
              .commasInPlace()
              .attachedWith("a link on many places, since 6.6; an event for each before")
              .sections(
                  open("uretprobe.multi", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
                  open(
                      "uretprobe.multi.s",
                      ProgramType.KPROBE,
                      AttachType.TRACE_UPROBE_MULTI,
                      Flag.SLEEPABLE)),
          row(
                  "uprobe.session",
                  "the entries of and returns from many functions of a program or library")
              .place(
                  "FILE:PATTERN[,PATTERN…]",
                  UprobeMulti.OPTIONS,
                  "libc.so.6:mem*",
                  (text, options) -> UprobeMulti.parse(ProbeMode.SESSION, text, options))
              .commasInPlace()
              .attachedWith("a link on many places; since 6.13")
              .sections(
                  open("uprobe.session", ProgramType.KPROBE, AttachType.TRACE_UPROBE_SESSION),
                  open(
                      "uprobe.session.s",
                      ProgramType.KPROBE,
                      AttachType.TRACE_UPROBE_SESSION,
                      Flag.SLEEPABLE)),
          row("usdt", "a static probe of a program or library")
              .place("FILE:PROVIDER:NAME", Usdt.OPTIONS, "libc.so.6:libc:setjmp", Usdt::parse)
              .commasInPlace()
              .attachedWith("uprobes at its places, as one link since 6.6")
              .sections(
                  open("usdt", ProgramType.KPROBE, Flag.MULTI_WHERE_KNOWN),
                  open("usdt.s", ProgramType.KPROBE, Flag.SLEEPABLE, Flag.MULTI_WHERE_KNOWN)),
          row("fentry", "the entry of a function, with its arguments typed")
              .place(
                  "[MODULE:]FUNCTION", List.of(HookOption.cookie()), "do_unlinkat", Fentry::parse)
              .attachedWith("a link; since 5.5, cookies since 5.19")
              .sections(
                  open("fentry", ProgramType.TRACING, AttachType.TRACE_FENTRY, Flag.KERNEL_BTF),
                  open(
                      "fentry.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FENTRY,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("fexit", "the return from a function, with its arguments typed")
              .place("[MODULE:]FUNCTION", List.of(HookOption.cookie()), "do_unlinkat", Fexit::parse)
              .attachedWith("a link; since 5.5, cookies since 5.19")
              .sections(
                  open("fexit", ProgramType.TRACING, AttachType.TRACE_FEXIT, Flag.KERNEL_BTF),
                  open(
                      "fexit.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FEXIT,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("fmod_ret", "the entry of a function whose result the program may decide")
              .place(
                  "[MODULE:]FUNCTION",
                  List.of(HookOption.cookie()),
                  "security_file_open",
                  FmodRet::parse)
              .attachedWith("a link; since 5.7, cookies since 5.19")
              .sections(
                  open("fmod_ret", ProgramType.TRACING, AttachType.MODIFY_RETURN, Flag.KERNEL_BTF),
                  open(
                      "fmod_ret.s",
                      ProgramType.TRACING,
                      AttachType.MODIFY_RETURN,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("fsession", "the entry of and return from a function, both typed")
              .place(
                  "[MODULE:]FUNCTION", List.of(HookOption.cookie()), "do_unlinkat", Fsession::parse)
              .attachedWith("a link; since 7.0")
              .sections(
                  open("fsession", ProgramType.TRACING, AttachType.TRACE_FSESSION, Flag.KERNEL_BTF),
                  open(
                      "fsession.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FSESSION,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("fentry.multi", "the entries of many functions, typed")
              .place("PATTERN", "tcp_v4_*", text -> new FunctionMulti(ProbeMode.ENTRY, text))
              .sections(
                  open("fentry.multi", ProgramType.TRACING, AttachType.TRACE_FENTRY_MULTI),
                  open(
                      "fentry.multi.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FENTRY_MULTI,
                      Flag.SLEEPABLE)),
          row("fexit.multi", "the returns from many functions, typed")
              .place("PATTERN", "tcp_v4_*", text -> new FunctionMulti(ProbeMode.RETURN, text))
              .sections(
                  open("fexit.multi", ProgramType.TRACING, AttachType.TRACE_FEXIT_MULTI),
                  open(
                      "fexit.multi.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FEXIT_MULTI,
                      Flag.SLEEPABLE)),
          row("fsession.multi", "the entries of and returns from many functions, typed")
              .place("PATTERN", "tcp_v4_*", text -> new FunctionMulti(ProbeMode.SESSION, text))
              .sections(
                  open("fsession.multi", ProgramType.TRACING, AttachType.TRACE_FSESSION_MULTI),
                  open(
                      "fsession.multi.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_FSESSION_MULTI,
                      Flag.SLEEPABLE)),
          row("freplace", "a global function of another program, which this one takes the place of")
              .place(
                  "FUNCTION",
                  List.of(
                      HookOption.value("of", "PROGRAM", "whose, by its id or the path of its pin")),
                  "filter",
                  Freplace::parse)
              .attachedWith("a link; since 5.6, on several programs since 5.10")
              .sections(open("freplace", ProgramType.EXT, Flag.KERNEL_BTF)),
          row("lsm", "a hook of the Linux security modules")
              .place("HOOK", List.of(HookOption.cookie()), "file_open", Lsm::parse)
              .attachedWith("a link; since 5.7, cookies since 5.19")
              .sections(
                  open("lsm", ProgramType.LSM, AttachType.LSM_MAC, Flag.KERNEL_BTF),
                  open(
                      "lsm.s",
                      ProgramType.LSM,
                      AttachType.LSM_MAC,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("lsm_cgroup", "a hook of the Linux security modules, for a cgroup")
              .place(
                  "HOOK",
                  List.of(HookOption.value("cgroup", "PATH", "the cgroup")),
                  "socket_bind,cgroup=/sys/fs/cgroup/test",
                  LsmCgroup::parse)
              .attachedWith("a link on a cgroup; since 6.0")
              .sections(
                  open("lsm_cgroup", ProgramType.LSM, AttachType.LSM_CGROUP, Flag.KERNEL_BTF)),
          row("iter", "objects of the kernel, one after the other")
              .place("TARGET", KernelIterator.OPTIONS, "task", KernelIterator::parse)
              .attachedWith("a link, which is read; since 5.8")
              .sections(
                  open("iter", ProgramType.TRACING, AttachType.TRACE_ITER, Flag.KERNEL_BTF),
                  open(
                      "iter.s",
                      ProgramType.TRACING,
                      AttachType.TRACE_ITER,
                      Flag.KERNEL_BTF,
                      Flag.SLEEPABLE)),
          row("perf_event", "an event of the perf subsystem")
              .place("COUNTER", PerfEvent.OPTIONS, "cpu-clock,freq=99", PerfEvent::parse)
              .attachedWith("a perf event on each CPU, on one, or for a process")
              .sections(exact("perf_event", ProgramType.PERF_EVENT)),
          row("struct_ops", "a function that the kernel calls")
              .instead(
                  "struct_ops programs are not attached one by one: run registers all of a map in"
                      + " SEC(\".struct_ops\") or SEC(\".struct_ops.link\") with the kernel, and so"
                      + " does object.register(\"MAP\") from Java")
              .sections(
                  open("struct_ops", ProgramType.STRUCT_OPS),
                  open("struct_ops.s", ProgramType.STRUCT_OPS, Flag.SLEEPABLE)),
          row("syscall", "a program that is run, not attached")
              .instead(
                  "syscall programs are attached to nothing: from Java, program.run(input) runs"
                      + " one")
              .sections(exact("syscall", ProgramType.SYSCALL, Flag.SLEEPABLE)));

  private TracingHooks() {}

  private static HookKind.Parser kprobes(ProbeMode mode) {
    return (text, options) -> KprobeMulti.parse(mode, text, options);
  }
}
