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
  /// What text names the hooks.
  static final List<String> OPTIONS = options();

  private static List<String> options() {
    var options = new ArrayList<>(List.of("ingress", "egress"));
    for (var type : AttachType.values()) {
      if (type.name().startsWith("CGROUP_")) {
        options.add(type.label());
      }
    }
    return List.copyOf(options);
  }

  /// A cgroup. Without an option the program's own attach type says which hook.
  ///
  /// @param option `ingress`, `egress`, the label of an attach type, or empty
  public static Place parse(String path, String option) {
    var directory = Path.of(path);
    var said = type(option);
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
      case "" -> Optional.empty();
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
