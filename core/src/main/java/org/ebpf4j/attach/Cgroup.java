package org.ebpf4j.attach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A cgroup of the second version: the program runs for the processes and sockets in it and below
/// it.
///
/// @param path the directory of the cgroup
/// @param type which of the cgroup's hooks
public record Cgroup(Path path, AttachType type) implements AttachPoint {
  /// What text names the hooks: the usual two, and the labels of all.
  static final List<HookOption> OPTIONS = options();

  private static List<HookOption> options() {
    var options = new ArrayList<HookOption>();
    options.add(HookOption.word("ingress", "packets that arrive"));
    options.add(HookOption.word("egress", "packets that leave"));
    for (var type : AttachType.values()) {
      if (type.name().startsWith("CGROUP_")) {
        options.add(HookOption.word(type.label(), ""));
      }
    }
    return List.copyOf(options);
  }

  /// A cgroup. Without an option the program's own attach type says which hook.
  ///
  /// @param options `ingress`, `egress`, the label of an attach type, or none
  public static Place parse(String path, PlaceOptions options) {
    var directory = Path.of(path);
    var said =
        options
            .oneOf(OPTIONS.stream().map(HookOption::name).toArray(String[]::new))
            .flatMap(Cgroup::type);
    return surroundings ->
        new Cgroup(
            directory,
            said.or(surroundings::attachType)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say which hook of the cgroup; add ingress or egress,"
                            + " as in cgroup:"
                            + path
                            + ",ingress")));
  }

  private static Optional<AttachType> type(String option) {
    return switch (option) {
      case "ingress" -> Optional.of(AttachType.CGROUP_INET_INGRESS);
      case "egress" -> Optional.of(AttachType.CGROUP_INET_EGRESS);
      default -> AttachType.parse(option);
    };
  }

  @Override
  public String kind() {
    return "cgroup";
  }

  @Override
  public String place() {
    return path
        + ","
        + switch (type) {
          case CGROUP_INET_INGRESS -> "ingress";
          case CGROUP_INET_EGRESS -> "egress";
          default -> type.label();
        };
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(type);
  }

  @Override
  public String describe() {
    return type.label() + " of cgroup " + path;
  }
}
