package org.ebpf4j.linux.internal.attach;

import java.util.EnumSet;
import java.util.Set;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.attach.TypedPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.SecurityModules;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Result;

/// Places that programs are loaded for: typed tracepoints, the entries and ends of functions, hooks
/// of the security modules. `LINK_CREATE` gives a link (since 5.19), or else `RAW_TRACEPOINT_OPEN`
/// without a name, which takes no cookie.
final class TracingHook {
  static final Set<Capability> NEEDS = EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON);

  private TracingHook() {}

  static Attachment attach(Attaching program, TypedPoint point) {
    LoadedPlace.check(program, point);
    var type = HookKind.of(point).sections().getFirst().attachType().orElseThrow();
    var link =
        Bpf.linkCreate(new LinkCreate.Tracing(program.program(), type.number(), point.cookie()));
    if (link.ok()) {
      program.step("LINK_CREATE " + type.label() + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    if (link.errno() != Errno.EINVAL) {
      throw refusal(program, point, "LINK_CREATE", link.errno());
    }
    if (point.cookie() != 0) {
      throw withoutCookies(program, point);
    }
    return withoutCookie(program, point);
  }

  /// A hook of the security modules, where programs are among these.
  static Attachment lsm(Attaching program, Lsm point) {
    SecurityModules.requireBpf(program.what());
    return attach(program, point);
  }

  /// As kernels before 5.19 attach.
  static Attachment withoutCookie(Attaching program, TypedPoint point) {
    Result opened = Bpf.rawTracepointOpen("", program.program());
    if (!opened.ok()) {
      throw refusal(program, point, "RAW_TRACEPOINT_OPEN", opened.errno());
    }
    program.step("RAW_TRACEPOINT_OPEN of what it was loaded for: " + opened.fd());
    return Attachment.ofLink(opened.fd());
  }

  private static BpfException withoutCookies(Attaching program, TypedPoint point) {
    var since = point instanceof BtfTracepoint ? "6.10" : "5.19";
    return new UnsupportedFeatureException(
        "cookie of " + point.kind(),
        since,
        program.what()
            + ": LINK_CREATE: "
            + Errno.describe(Errno.EINVAL)
            + ": this kernel takes no cookie there; kernels since "
            + since
            + " do\n  try: attach it without, and give each program a variable of its own instead");
  }

  static BpfException refusal(Attaching program, TypedPoint point, String command, int errno) {
    var reason =
        switch (errno) {
          case Errno.E2BIG ->
              "the function has as many programs as it takes, which are 38 of fentry, fexit and"
                  + " fmod_ret together, whoever attached them\n"
                  + "  try: ebpf4j link list shows them; or a kprobe of the same function";
          case Errno.EBUSY ->
              "this program is on it already, which takes each program once; or a program of"
                  + " another kind holds the function (freplace), or a live patch changes it"
                  + Occupant.onFunction(point.name())
                  + "\n  try: ebpf4j link list shows who is there";
          case Errno.ENOENT ->
              (point instanceof BtfTracepoint
                      ? "it was there when the program was loaded, and is gone: its module was"
                          + " unloaded"
                      : "the program is attached already, or was: kernels before 5.13 attach such a"
                          + " program once; or the module of the function was unloaded")
                  + "\n  try: load the program again";
          case Errno.EINVAL ->
              LoadedPlace.hasLostProgram(program.program())
                  ? "it watches a function of another program, and was attached before, which the"
                      + " kernel does once\n  try: load the program again"
                  : "";
          case Errno.ENOTSUPP, Errno.EOPNOTSUPP ->
              "this kernel has no trampolines on this kind of machine (x86-64 since 5.5, arm64"
                  + " since 6.0)\n"
                  + "  try: a kprobe, or tp_btf, which wants none";
          default -> "";
        };
    if (reason.isEmpty()) {
      return program.refusal(command, errno, NEEDS);
    }
    return new KernelException(
        command,
        errno,
        program.what()
            + ": "
            + command
            + " on "
            + point.kind()
            + "/"
            + point.name()
            + ": "
            + Errno.describe(errno)
            + ": "
            + reason);
  }
}
