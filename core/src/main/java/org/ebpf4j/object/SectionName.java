package org.ebpf4j.object;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.HookSection;
import org.ebpf4j.attach.HookSection.Flag;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.error.NotFoundException;

/// What the name of a section says of the programs in it: their type, the expected attach type and,
/// where the name goes on to say so, the attach point.
///
/// @param section the name as it stands in the file, without a leading `?`
/// @param type the program type
/// @param attachType the expected attach type, if the section decides it
/// @param target what follows the `/`, such as `syscalls/sys_enter_execve`; empty where nothing
///   does
/// @param flags what else follows from the name
/// @param autoload false where the name begins with `?`: loaded only when asked for
/// @param hook the kind of hook that its programs are for
public record SectionName(
    String section,
    ProgramType type,
    Optional<AttachType> attachType,
    String target,
    Set<Flag> flags,
    boolean autoload,
    HookKind hook) {

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
                namesNear(name),
                "",
                "rename the section, or give the program a type"));
  }

  /// Reads a section name; empty where no program type goes by it.
  public static Optional<SectionName> find(String name) {
    var autoload = !name.startsWith("?");
    var section = autoload ? name : name.substring(1);
    return find(section, row -> row.matches(section), autoload)
        .or(() ->
            CLASSIC_PREFIXES.stream()
                .filter(section::startsWith)
                .findFirst()
                .flatMap(prefix -> find(section, row -> row.name().equals(prefix), autoload)));
  }

  private static Optional<SectionName> find(
      String section, Predicate<HookSection> wanted, boolean autoload) {
    for (var hook : HookKind.all()) {
      for (var row : hook.sections()) {
        if (wanted.test(row)) {
          return Optional.of(of(section, hook, row, autoload));
        }
      }
    }
    return Optional.empty();
  }

  /// The known names that `name` may be a mistake for: of those with a place the ones whose
  /// beginning is near, with the place of `name`.
  private static List<String> namesNear(String name) {
    var slash = name.indexOf('/');
    if (slash < 0) {
      return knownNames();
    }
    var beginning = name.substring(0, slash + 1);
    var place = name.substring(slash + 1);
    var near = NearestNames.of(beginning, knownNames());
    return knownNames().stream()
        .filter(known -> !known.endsWith("/") || near.contains(known))
        .map(known -> known.endsWith("/") ? known + place : known)
        .toList();
  }

  /// Every known name, in the order of the table; for messages.
  public static List<String> knownNames() {
    return HookKind.all().stream()
        .flatMap(hook -> hook.sections().stream())
        .map(row -> row.open() ? row.name() + "/" : row.name())
        .toList();
  }

  private static SectionName of(String section, HookKind hook, HookSection row, boolean autoload) {
    return new SectionName(
        section, row.type(), row.attachType(), row.place(section), row.flags(), autoload, hook);
  }

  /// Whether the program may sleep.
  public boolean sleepable() {
    return flags.contains(Flag.SLEEPABLE);
  }

  /// Whether an XDP program knows packets in several buffers.
  public boolean fragments() {
    return flags.contains(Flag.FRAGS);
  }

  /// Whether the place is sought in the kernel's types, and its id is wanted at load.
  public boolean kernelType() {
    return flags.contains(Flag.KERNEL_BTF);
  }

  /// Whether a kernel that does not know the attach type loads the program without it.
  public boolean attachTypeOptional() {
    return flags.contains(Flag.ATTACH_TYPE_OPTIONAL);
  }

  /// Whether a kernel that knows `TRACE_UPROBE_MULTI` loads the program with it.
  public boolean multiWhereKnown() {
    return flags.contains(Flag.MULTI_WHERE_KNOWN);
  }

  /// The attach point that the name spells out in full; empty where it does not, and one has to be
  /// given.
  ///
  /// @throws IllegalArgumentException where the place is not of the form that the section asks for
  public Optional<AttachPoint> attachPoint() {
    return target.isEmpty()
            || !hook.isPlace()
            || !(hook.parseSection(target) instanceof AttachPoint point)
        ? Optional.empty()
        : Optional.of(point);
  }
}
