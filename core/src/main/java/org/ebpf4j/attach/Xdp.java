package org.ebpf4j.attach;

import java.util.Locale;

/// The receive side of a network device, before the kernel's stack sees the packet.
///
/// @param device the device's name in the calling thread's network namespace
/// @param mode where on the way in the program runs
public record Xdp(String device, Mode mode) implements AttachPoint {

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
  }

  /// @throws IllegalArgumentException for an empty name
  public Xdp {
    if (device.isEmpty()) {
      throw new IllegalArgumentException("XDP needs the name of a network device");
    }
  }

  /// On that device, in the mode that the kernel chooses.
  public static Xdp on(String device) {
    return new Xdp(device, Mode.DEFAULT);
  }

  /// The same device, in generic mode.
  public Xdp generic() {
    return new Xdp(device, Mode.GENERIC);
  }

  /// The same device, in driver mode.
  public Xdp driver() {
    return new Xdp(device, Mode.DRIVER);
  }

  /// Reads a device and a mode.
  ///
  /// @param options one of `generic`, `driver`, `hardware`, or none
  /// @throws IllegalArgumentException for an empty name, or several modes
  public static Xdp parse(String device, PlaceOptions options) {
    return new Xdp(
        device,
        options
            .oneOf("generic", "driver", "hardware")
            .map(mode -> Mode.valueOf(mode.toUpperCase(Locale.ROOT)))
            .orElse(Mode.DEFAULT));
  }

  @Override
  public String kind() {
    return "xdp";
  }

  @Override
  public String place() {
    return device + (mode == Mode.DEFAULT ? "" : "," + label());
  }

  private String label() {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String describe() {
    return "xdp on " + device + (mode == Mode.DEFAULT ? "" : " (" + label() + ")");
  }
}
