package org.ebpf4j.attach;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A filter of traffic control on a network device: at `clsact`, which sees the packets that arrive
/// or leave, or at a queueing discipline or class that is there. `clsact` is made where it is
/// missing, and removed with the last filter if it was made here. Kernels since 6.6 have [Tcx] as
/// well, which keeps programs in an order and ends with its owner.
///
/// The kernel has no link for a filter: it stays when the process is killed. The next process that
/// attaches a filter in that network namespace through this library removes it, except one at a
/// class. The name of the filter, which `tc filter show` prints, says which process made it. As
/// long as the filter is attached, its network namespace lives.
///
/// `clsact` is taken away once nothing is at it. Another tool that adds a filter at that very
/// moment loses it: the kernel has no request that tells the two apart.
///
/// @param device the device's name in `netns`
/// @param parent [#INGRESS], [#EGRESS], or the handle of a queueing discipline or class: major
///   number in the upper 16 bits, minor in the lower
/// @param handle the number of the filter among those with its priority; 0 for the kernel's choice
/// @param priority filters with lower numbers run first; 0 for the kernel's choice, which is before
///   all that are there
/// @param directAction whether what the program returns says what becomes of the packet, and not
///   which class it is of
/// @param netns the network namespace of the device
public record Tc(
    String device, int parent, int handle, int priority, boolean directAction, Netns netns)
    implements AttachPoint {
  // include/uapi/linux/pkt_sched.h
  /// Packets that arrive, at `clsact`.
  public static final int INGRESS = 0xfffffff2;

  /// Packets that leave, at `clsact`.
  public static final int EGRESS = 0xfffffff3;

  private static final int MAX_PRIORITY = 0xffff;

  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.word("ingress", "packets that arrive"),
          HookOption.word("egress", "packets that leave"),
          HookOption.value(
              "parent", "MAJOR:MINOR", "the queueing discipline or class, in hexadecimal"),
          HookOption.value("priority", "N", "filters with lower numbers run first", "prio", "pref"),
          HookOption.value("handle", "N", "the number of the filter in its priority"),
          HookOption.word("classify", "the program returns a class, not an action"),
          Netns.option());

  /// @throws IllegalArgumentException for an empty name, or a priority above 65535
  public Tc {
    PlaceText.check("a network device", device);
    if (priority < 0 || priority > MAX_PRIORITY) {
      throw new IllegalArgumentException("a priority is 1 to 65535; not " + priority);
    }
    if (parent == 0) {
      throw new IllegalArgumentException("a filter has a parent: ingress, egress, or MAJOR:MINOR");
    }
  }

  /// Packets that a device receives.
  public static Tc ingress(String device) {
    return new Tc(device, INGRESS, 0, 0, true, Netns.CURRENT);
  }

  /// Packets that a device sends.
  public static Tc egress(String device) {
    return new Tc(device, EGRESS, 0, 0, true, Netns.CURRENT);
  }

  /// The same, with a priority.
  public Tc withPriority(int number) {
    return new Tc(device, parent, handle, number, directAction, netns);
  }

  /// The same, with a handle.
  public Tc withHandle(int number) {
    return new Tc(device, parent, number, priority, directAction, netns);
  }

  /// The same, for a program that returns a class.
  public Tc classifying() {
    return new Tc(device, parent, handle, priority, false, netns);
  }

  /// The same, in a network namespace.
  public Tc in(Netns namespace) {
    return new Tc(device, parent, handle, priority, directAction, namespace);
  }

  /// Whether it is at `clsact`.
  public boolean isClsact() {
    return parent == INGRESS || parent == EGRESS;
  }

  /// A device. Without `ingress`, `egress` or `parent` the program's own attach type says which
  /// way.
  ///
  /// @throws IllegalArgumentException for options that exclude each other, or numbers that are none
  public static Place parse(String device, PlaceOptions options) {
    PlaceText.check("a network device", device);
    var said = parent(options);
    var handle = number(options, "handle", 0xffffffffL);
    var priority = number(options, "priority", MAX_PRIORITY);
    var directAction = !options.has("classify");
    var netns = Netns.of(options);
    return surroundings ->
        new Tc(
            device,
            (said.isPresent() ? said : parent(surroundings.attachType()))
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say which way packets go\n  try: add ingress or egress, as"
                            + " in tc:"
                            + device
                            + ",ingress")),
            handle,
            priority,
            directAction,
            netns);
  }

  private static int number(PlaceOptions options, String name, long max) {
    var number = options.number(name, 0);
    if (number < 0 || number > max) {
      throw new IllegalArgumentException(
          "the option " + name + " of tc is at most " + max + "; not " + number);
    }
    return (int) number;
  }

  private static OptionalInt parent(Optional<AttachType> type) {
    if (type.isEmpty()) {
      return OptionalInt.empty();
    }
    return switch (type.get()) {
      case TCX_INGRESS -> OptionalInt.of(INGRESS);
      case TCX_EGRESS -> OptionalInt.of(EGRESS);
      default -> OptionalInt.empty();
    };
  }

  private static OptionalInt parent(PlaceOptions options) {
    var said = options.oneOf("ingress", "egress", "parent");
    if (said.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        switch (said.get()) {
          case "ingress" -> INGRESS;
          case "egress" -> EGRESS;
          default -> parent(options.text("parent").orElseThrow());
        });
  }

  private static int parent(String text) {
    if (!text.matches("[0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}")) {
      throw new IllegalArgumentException(
          "the option parent of tc is MAJOR:MINOR in hexadecimal, as in 1:0; not '" + text + "'");
    }
    var colon = text.indexOf(':');
    var minor = text.substring(colon + 1);
    return (Integer.parseInt(text.substring(0, colon), 16) << 16)
        | (minor.isEmpty() ? 0 : Integer.parseInt(minor, 16));
  }

  private String way() {
    return switch (parent) {
      case INGRESS -> "ingress";
      case EGRESS -> "egress";
      default ->
          "parent="
              + Integer.toHexString(parent >>> 16)
              + ":"
              + Integer.toHexString(parent & 0xffff);
    };
  }

  @Override
  public String kind() {
    return "tc";
  }

  @Override
  public String place() {
    return PlaceText.name(device)
        + ","
        + way()
        + PlaceText.value("priority", priority)
        + PlaceText.value("handle", Integer.toUnsignedLong(handle))
        + PlaceText.word("classify", !directAction)
        + netns.optionText();
  }

  @Override
  public String describe() {
    return "tc " + way() + " of " + device + netns.inWords();
  }
}
