package org.ebpf4j.attach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A cgroup of the second version: the program runs for the processes and sockets in it and below
/// it.
///
/// The programs of a cgroup run in an order, those of a child before those of its parents; one that
/// is marked `preorder` runs before those of the children.
///
/// @param path the directory of the cgroup; that of another mount namespace is below
///   `/proc/PID/root`
/// @param type which of the cgroup's hooks
/// @param order where the program goes among those of the cgroup; anything but [Order#DEFAULT]
///   since 6.17
/// @param preorder whether it runs before the programs of the cgroups below; since 6.15
/// @param sharing how the hook is shared with other programs
public record Cgroup(Path path, AttachType type, Order order, boolean preorder, Sharing sharing)
    implements AttachPoint {

  /// How a hook is shared. All programs of a cgroup's hook are attached the same way, and cgroups
  /// below one with a program that is not for sharing have none.
  public enum Sharing {
    /// By a link, beside any number of programs; where the kernel has no links on cgroups (before
    /// 5.7) as [#MULTI], or, before 4.15, as [#OVERRIDE].
    LINK,
    /// Without a link, beside any number of programs (`BPF_F_ALLOW_MULTI`). A process that is
    /// killed leaves the program attached.
    MULTI,
    /// Without a link, the only program of the cgroup, in whose stead that of a cgroup below runs
    /// there (`BPF_F_ALLOW_OVERRIDE`). A process that is killed leaves the program attached.
    OVERRIDE
  }

  /// What text names the hooks: the usual two, and the labels of all; then how they are shared.
  static final List<HookOption> OPTIONS = options();

  private static List<HookOption> hooks() {
    var hooks = new ArrayList<HookOption>();
    hooks.add(HookOption.word("ingress", "packets that arrive"));
    hooks.add(HookOption.word("egress", "packets that leave"));
    for (var type : AttachType.values()) {
      if (type.name().startsWith("CGROUP_")) {
        hooks.add(HookOption.word(type.label(), ""));
      }
    }
    return hooks;
  }

  private static List<HookOption> options() {
    var options = new ArrayList<>(hooks());
    options.addAll(Order.OPTIONS);
    options.add(HookOption.word("preorder", "before the programs of the cgroups below"));
    options.add(HookOption.word("multi", "without a link, beside other programs"));
    options.add(HookOption.word("override", "without a link, the only program of the cgroup"));
    return List.copyOf(options);
  }

  /// @throws IllegalArgumentException for an order or `preorder` with [Sharing#OVERRIDE], which has
  ///   one program
  public Cgroup {
    if (sharing == Sharing.OVERRIDE && (preorder || !order.equals(Order.DEFAULT))) {
      throw new IllegalArgumentException(
          "a cgroup whose hook is not shared has one program, and so no order");
    }
  }

  /// After the other programs of the cgroup, by a link.
  public Cgroup(Path path, AttachType type) {
    this(path, type, Order.DEFAULT, false, Sharing.LINK);
  }

  /// The same, in an order.
  public Cgroup with(Order place) {
    return new Cgroup(path, type, place, preorder, sharing);
  }

  /// The same, before the programs of the cgroups below.
  public Cgroup beforeChildren() {
    return new Cgroup(path, type, order, true, sharing);
  }

  /// The same, shared in a certain way.
  public Cgroup shared(Sharing how) {
    return new Cgroup(path, type, order, preorder, how);
  }

  /// A cgroup. Without the name of a hook the program's own attach type says which.
  ///
  /// @throws IllegalArgumentException for options that exclude each other
  public static Place parse(String path, PlaceOptions options) {
    var directory = Path.of(path);
    var said =
        options
            .oneOf(hooks().stream().map(HookOption::name).toArray(String[]::new))
            .flatMap(Cgroup::type);
    var sharing =
        options
            .oneOf("multi", "override")
            .map(word -> Sharing.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(Sharing.LINK);
    var order = Order.of(options);
    var preorder = options.has("preorder");
    return surroundings ->
        new Cgroup(
            directory,
            said.or(surroundings::attachType)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say which hook of the cgroup\n  try: add ingress or egress,"
                            + " as in cgroup:"
                            + path
                            + ",ingress")),
            order,
            preorder,
            sharing);
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

  private String optionText() {
    return order.optionText()
        + PlaceText.word("preorder", preorder)
        + PlaceText.word(sharing.name().toLowerCase(Locale.ROOT), sharing != Sharing.LINK);
  }

  @Override
  public String place() {
    return path
        + ","
        + switch (type) {
          case CGROUP_INET_INGRESS -> "ingress";
          case CGROUP_INET_EGRESS -> "egress";
          default -> type.label();
        }
        + optionText();
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(type);
  }

  @Override
  public String describe() {
    return type.label() + " of cgroup " + path + optionText();
  }
}
