package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.NotFoundException;
import org.jspecify.annotations.Nullable;

/// What the name of a section says of the programs in it: their type, the expected attach type and,
/// where the name goes on to say so, the attach point.
///
/// @param section the name as it stands in the file, without a leading `?`
/// @param type the program type
/// @param attachType the expected attach type, if the section decides it
/// @param target what follows the `/`, such as `syscalls/sys_enter_execve`; empty where nothing
///   does
/// @param sleepable whether the program may sleep
/// @param fragments whether an XDP program knows packets in several buffers
/// @param autoload false where the name begins with `?`: loaded only when asked for
/// @param kernelType whether the target is sought in the kernel's types, and its id is wanted at
///   load
/// @param attachTypeOptional whether a kernel that does not know the attach type loads the program
///   without it
public record SectionName(
    String section,
    ProgramType type,
    Optional<AttachType> attachType,
    String target,
    boolean sleepable,
    boolean fragments,
    boolean autoload,
    boolean kernelType,
    boolean attachTypeOptional) {

  /// The names that the first loaders matched by their beginning alone (`xdp_prog`, `socket1`);
  /// tried after the exact ones.
  private static final List<String> CLASSIC_PREFIXES =
      List.of(
          "socket",
          "xdp",
          "perf_event",
          "sockops",
          "sk_skb",
          "sk_msg",
          "cgroup/skb",
          "cgroup/sock",
          "cgroup/dev");

  /// Reads a section name.
  ///
  /// @throws NotFoundException where no program type goes by it; offers the nearest names
  public static SectionName parse(String name) {
    return find(name)
        .orElseThrow(() ->
            new NotFoundException(
                "program type for section",
                name,
                namesWithTargetOf(name),
                "Rename the section, or give the program a type"));
  }

  /// Reads a section name; empty where no program type goes by it.
  public static Optional<SectionName> find(String name) {
    var autoload = !name.startsWith("?");
    var section = autoload ? name : name.substring(1);
    for (var row : SectionTable.ROWS) {
      if (row.matches(section)) {
        return Optional.of(of(section, row, autoload));
      }
    }
    for (var prefix : CLASSIC_PREFIXES) {
      if (section.startsWith(prefix)) {
        for (var row : SectionTable.ROWS) {
          if (row.name().equals(prefix)) {
            return Optional.of(of(section, row, autoload));
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Every known name, the open ones with the target of `name`, so that they come near to it.
  private static List<String> namesWithTargetOf(String name) {
    var slash = name.indexOf('/');
    if (slash < 0) {
      return knownNames();
    }
    var rest = name.substring(slash + 1);
    return knownNames().stream().map(n -> n.endsWith("/") ? n + rest : n).toList();
  }

  /// Every known name, in the order of the table; for messages.
  public static List<String> knownNames() {
    var names = new ArrayList<String>();
    for (var row : SectionTable.ROWS) {
      names.add(row.open() ? row.name() + "/" : row.name());
    }
    return names;
  }

  private static SectionName of(String section, SectionDefinition row, boolean autoload) {
    var target =
        row.open() && section.length() > row.name().length()
            ? section.substring(row.name().length() + 1)
            : "";
    return new SectionName(
        section,
        row.type(),
        Optional.ofNullable(row.attachType()),
        target,
        row.flags().contains(SectionDefinition.Flag.SLEEPABLE),
        row.flags().contains(SectionDefinition.Flag.FRAGS),
        autoload,
        row.flags().contains(SectionDefinition.Flag.KERNEL_BTF),
        row.flags().contains(SectionDefinition.Flag.ATTACH_TYPE_OPTIONAL));
  }

  /// The attach point that the name spells out in full; empty where it does not, and one has to be
  /// given.
  ///
  /// @throws IllegalArgumentException where the target is not of the form that the section asks for
  public Optional<AttachPoint> attachPoint() {
    return Optional.ofNullable(targetPoint());
  }

  private @Nullable AttachPoint targetPoint() {
    if (target.isEmpty()) {
      return null;
    }
    var prefix = section.substring(0, section.length() - target.length() - 1);
    return switch (prefix) {
      case "tracepoint", "tp", "tracepoint.s", "tp.s" -> Tracepoint.parse(target);
      case "raw_tracepoint",
          "raw_tp",
          "raw_tracepoint.s",
          "raw_tp.s",
          "raw_tracepoint.w",
          "raw_tp.w" ->
          new RawTracepoint(target);
      case "kprobe" -> Kprobe.parse(target);
      case "kretprobe" -> new Kretprobe(target);
      default -> null;
    };
  }
}
