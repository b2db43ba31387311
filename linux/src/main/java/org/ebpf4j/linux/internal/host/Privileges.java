package org.ebpf4j.linux.internal.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What this thread may do, and what on this machine could keep it from doing it; read at the
/// moment of asking.
///
/// @param effective the effective capabilities, one bit each (`include/uapi/linux/capability.h`)
/// @param bounding the capabilities that this process could ever have
/// @param userNamespace whether it lives in a user namespace other than the first
/// @param seccomp whether a seccomp filter is in force
/// @param unprivilegedDisabled `kernel.unprivileged_bpf_disabled`, or -1 where the kernel has no
///   such switch
/// @param lockdown the lockdown mode, `none`, `integrity` or `confidentiality`; or `unknown` where
///   nothing says it
/// @param container what says that this is a container, or an empty string
public record Privileges(
    long effective,
    long bounding,
    boolean userNamespace,
    boolean seccomp,
    int unprivilegedDisabled,
    String lockdown,
    String container) {

  /// The capabilities that matter here.
  public enum Capability {
    CAP_DAC_OVERRIDE(1),
    CAP_DAC_READ_SEARCH(2),
    CAP_NET_ADMIN(12),
    CAP_SYS_PTRACE(19),
    CAP_SYS_ADMIN(21),
    CAP_SYSLOG(34),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private final int bit;

    Capability(int bit) {
      this.bit = bit;
    }
  }

  private static final Pattern LOCKDOWN =
      Pattern.compile("(?:^|\\s)lockdown=(integrity|confidentiality)\\b");

  /// Reads `/proc` and `/sys`.
  public static Privileges read() {
    long effective = 0;
    long bounding = 0;
    var seccomp = false;
    for (var line : ProcFile.lines("/proc/thread-self/status")) {
      var value = line.substring(line.indexOf(':') + 1).strip();
      if (line.startsWith("CapEff:")) {
        effective = Long.parseUnsignedLong(value, 16);
      } else if (line.startsWith("CapBnd:")) {
        bounding = Long.parseUnsignedLong(value, 16);
      } else if (line.startsWith("Seccomp:")) {
        seccomp = value.equals("2");
      }
    }
    var ids = ProcFile.value("/proc/self/uid_map").orElse("").replaceAll("\\s+", " ").strip();
    return new Privileges(
        effective,
        bounding,
        !ids.isEmpty() && !ids.equals("0 0 4294967295"),
        seccomp,
        ProcFile.value("/proc/sys/kernel/unprivileged_bpf_disabled")
            .filter(v -> v.matches("\\d+"))
            .map(Integer::parseInt)
            .orElse(-1),
        ProcFile.value("/sys/kernel/security/lockdown")
            .map(Privileges::lockdownMode)
            .orElseGet(() ->
                lockdownOfBoot(
                    ProcFile.value("/proc/cmdline").orElse(""), RunningConfig.forcedLockdown())),
        containerSign());
  }

  /// The mode in force stands in brackets.
  static String lockdownMode(String text) {
    var open = text.indexOf('[');
    var close = text.indexOf(']');
    return open >= 0 && close > open ? text.substring(open + 1, close) : "unknown";
  }

  /// The mode that the kernel was started with, where its filesystem of security modules, which
  /// knows a later one, is not mounted.
  ///
  /// @param commandLine the kernel's command line
  /// @param forced the mode that its configuration forces, or an empty string
  static String lockdownOfBoot(String commandLine, String forced) {
    var asked = LOCKDOWN.matcher(commandLine);
    var mode = forced;
    while (asked.find()) {
      mode = mode.equals("confidentiality") ? mode : asked.group(1);
    }
    return mode.isEmpty() ? "unknown" : mode;
  }

  private static String containerSign() {
    if (Files.exists(Path.of("/.dockerenv"))) {
      return "/.dockerenv exists";
    }
    if (Files.exists(Path.of("/run/.containerenv"))) {
      return "/run/.containerenv exists";
    }
    return "";
  }

  private boolean has(Capability capability) {
    return (effective & 1L << capability.bit) != 0;
  }

  /// Which of the wanted capabilities are missing. `CAP_SYS_ADMIN` stands for `CAP_BPF` and
  /// `CAP_PERFMON`.
  public List<String> missing(Set<Capability> wanted) {
    var missing = new ArrayList<String>();
    for (var capability : Capability.values()) {
      var covered =
          has(capability)
              || ((capability == Capability.CAP_BPF || capability == Capability.CAP_PERFMON)
                  && has(Capability.CAP_SYS_ADMIN));
      if (wanted.contains(capability) && !covered) {
        missing.add(capability.name());
      }
    }
    return missing;
  }

  /// What could be the reason for a refusal, in sentences; `missing` are the capabilities found
  /// missing.
  public String explain(List<String> missing) {
    var reasons = new ArrayList<String>();
    if (missing.isEmpty()) {
      reasons.add("no capability that it wants is missing");
    } else {
      reasons.add("this process lacks " + String.join(" and ", missing));
    }
    if (unprivilegedDisabled > 0 && missing.contains("CAP_BPF")) {
      reasons.add(
          "kernel.unprivileged_bpf_disabled is "
              + unprivilegedDisabled
              + ", so that without CAP_BPF nothing may be loaded");
    }
    if (lockdown.equals("integrity") || lockdown.equals("confidentiality")) {
      reasons.add("the kernel is locked down (" + lockdown + ")");
    } else if (missing.isEmpty() && lockdown.equals("unknown")) {
      reasons.add("whether the kernel is locked down cannot be seen");
    }
    if (userNamespace) {
      reasons.add(
          "it runs in a user namespace, whose capabilities do not count for the whole machine");
    }
    if (seccomp) {
      reasons.add(
          "a seccomp filter is in force, and those of containers refuse bpf(2) and"
              + " perf_event_open(2)");
    }
    if (!container.isEmpty()) {
      reasons.add("this is a container (" + container + ")");
    }
    return String.join("; ", reasons);
  }

  /// What to do about it.
  public String mend(List<String> missing) {
    if (!missing.isEmpty()) {
      return missing.stream().anyMatch(name -> !inBounding(name))
          ? "have the capabilities granted from outside, as the bounding set of this process"
              + " excludes them: --cap-add for a container"
          : "run as root, or give the java binary the capabilities with setcap";
    }
    if (userNamespace) {
      return "run it outside of the user namespace, or with rights that a bpffs delegates (since"
          + " 6.9; LIBBPF_BPF_TOKEN_PATH)";
    }
    if (lockdown.equals("integrity") || lockdown.equals("confidentiality")) {
      return "use what a locked kernel allows, such as tracepoints (tracepoint/, raw_tp/, tp_btf/)"
          + " that write no memory; or boot it without lockdown";
    }
    if (seccomp) {
      return "allow bpf(2) and perf_event_open(2) in the seccomp profile: --security-opt"
          + " seccomp=FILE for a container";
    }
    return "look for the security module that refuses it, in dmesg and the audit log";
  }

  private boolean inBounding(String name) {
    return (bounding & 1L << Capability.valueOf(name).bit) != 0;
  }
}
