package org.ebpf4j.attach;

import java.util.Optional;

/// A receiver of infrared light: the program decodes the pulses that it receives.
///
/// @param device the path of its device, such as `/dev/lirc0`
public record Lirc(String device) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty path
  public Lirc {
    PlaceText.check("the device of an infrared receiver", device);
  }

  @Override
  public String kind() {
    return "lirc_mode2";
  }

  @Override
  public String place() {
    return device;
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(AttachType.LIRC_MODE2);
  }

  @Override
  public String describe() {
    return "lirc device " + device;
  }
}
