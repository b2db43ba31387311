package org.ebpf4j.attach;

import java.util.List;
import java.util.Locale;

/// The receive side of a network device, before the kernel's stack sees the packet. A device takes
/// one program.
///
/// The program is on a link (since 5.9). Before, or where it is asked for, netlink sets it: then it
/// stays when the process is killed, until somebody takes it off (`ip link set dev veth0 xdp off`),
/// and its network namespace lives as long as it is attached.
///
/// @param device the device's name in `netns`
/// @param mode where on the way in the program runs
/// @param netlink whether it is set by netlink, without a link
/// @param replaced the id of a program without a link in whose place it goes, and which must be
///   attached; 0 for none. That is done by netlink
/// @param netns the network namespace of the device
public record Xdp(String device, Mode mode, boolean netlink, int replaced, Netns netns)
    implements AttachPoint {
  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.word("generic", "in the generic code of the kernel, on every device", "skb"),
          HookOption.word("driver", "in the driver, or not at all", "drv"),
          HookOption.word("hardware", "on the device itself", "hw"),
          HookOption.word("netlink", "without a link, as ip and bpftool do"),
          HookOption.value("replace", "ID", "in the place of that program, which has no link"),
          Netns.option());

  /// Where the program runs; the number is `XDP_FLAGS_*` of `include/uapi/linux/if_link.h`.
  public enum Mode {
    /// In the driver where it can, else generic: the kernel's choice.
    DEFAULT(0),
    /// In the kernel's generic code, after the packet buffer was made. Works on every device.
    GENERIC(1 << 1),
    /// In the driver, or not at all.
    DRIVER(1 << 2),
    /// On the device itself.
    HARDWARE(1 << 3);

    private final int flag;

    Mode(int flag) {
      this.flag = flag;
    }

    /// The flag that asks for this mode.
    public int flag() {
      return flag;
    }

    /// The name in lower case, as text has it.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @throws IllegalArgumentException for an empty name, or an id below 0
  public Xdp {
    if (device.isEmpty()) {
      throw new IllegalArgumentException("XDP needs the name of a network device");
    }
    if (replaced < 0) {
      throw new IllegalArgumentException("the id of a program is at least 1; not " + replaced);
    }
    netlink |= replaced != 0;
  }

  /// On a device of the calling thread's network namespace, by a link where the kernel has it.
  public Xdp(String device, Mode mode) {
    this(device, mode, false, 0, Netns.CURRENT);
  }

  /// On that device, in the mode that the kernel chooses.
  public static Xdp on(String device) {
    return new Xdp(device, Mode.DEFAULT);
  }

  /// The same device, in generic mode.
  public Xdp generic() {
    return with(Mode.GENERIC);
  }

  /// The same device, in driver mode.
  public Xdp driver() {
    return with(Mode.DRIVER);
  }

  /// The same device, in a mode.
  public Xdp with(Mode other) {
    return new Xdp(device, other, netlink, replaced, netns);
  }

  /// The same, by netlink, without a link.
  public Xdp byNetlink() {
    return new Xdp(device, mode, true, replaced, netns);
  }

  /// The same, in the place of a program without a link, which must be attached; by netlink.
  public Xdp replacing(int programId) {
    return new Xdp(device, mode, true, programId, netns);
  }

  /// The same, in a network namespace.
  public Xdp in(Netns namespace) {
    return new Xdp(device, mode, netlink, replaced, namespace);
  }

  /// Reads a device and a mode.
  ///
  /// @param options one of `generic`, `driver`, `hardware`, or none; and the others
  /// @throws IllegalArgumentException for an empty name, or several modes
  public static Xdp parse(String device, PlaceOptions options) {
    var replaced = options.number("replace", 0);
    if (options.has("replace") && (replaced < 1 || replaced > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the option replace of xdp is the id of a program; not " + replaced);
    }
    return new Xdp(
        device,
        options
            .oneOf("generic", "driver", "hardware")
            .map(mode -> Mode.valueOf(mode.toUpperCase(Locale.ROOT)))
            .orElse(Mode.DEFAULT),
        options.has("netlink"),
        (int) replaced,
        Netns.of(options));
  }

  @Override
  public String kind() {
    return "xdp";
  }

  @Override
  public String place() {
    return PlaceText.name(device)
        + PlaceText.word(mode.label(), mode != Mode.DEFAULT)
        + PlaceText.word("netlink", netlink && replaced == 0)
        + PlaceText.value("replace", replaced)
        + netns.optionText();
  }

  @Override
  public String describe() {
    return "xdp on "
        + device
        + (mode == Mode.DEFAULT ? "" : " (" + mode.label() + ")")
        + netns.inWords();
  }
}
