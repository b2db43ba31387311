package org.ebpf4j.cli.export;

import com.google.re2j.Matcher;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.cli.export.MetricsConfig.DecoderRule;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.metrics.Label;

/// From the bytes of a key's part to the text of a label.
final class Decoding {
  private final KernelAddresses addresses = new KernelAddresses();

  /// What `rules` make of a part that means `plain` without them.
  ///
  /// @throws BpfException where they make nothing of parts of that size
  Label in(Label plain, List<DecoderRule> rules) {
    var text = plain.text();
    for (var rule : rules) {
      if (!rule.decoder().fits(plain.size())) {
        throw new BpfException(
            rule.place()
                + ": decoder '"
                + rule.decoder().label()
                + "' makes nothing of the "
                + plain.size()
                + " bytes of label '"
                + plain.name()
                + "'");
      }
      if (rule.decoder().readsBytes()) {
        text = bytes -> Optional.of(decode(rule.decoder(), bytes));
      } else {
        Function<byte[], Optional<String>> before = text;
        text = bytes -> before.apply(bytes).flatMap(t -> change(rule, t));
      }
    }
    return plain.withText(text);
  }

  /// What a part is without any rules, where its type is not known.
  static Label untyped(String name, int offset, int size) {
    return new Label(
        name,
        offset,
        size,
        bytes ->
            Optional.of(
                Decoder.UINT.fits(size) ? Label.unsigned(bytes) : HexFormat.of().formatHex(bytes)));
  }

  private String decode(Decoder decoder, byte[] bytes) {
    return switch (decoder) {
      case UINT -> Label.unsigned(bytes);
      case INT -> Long.toString(signed(bytes));
      case STRING -> Label.text(bytes);
      case HEX -> HexFormat.of().formatHex(bytes);
      case INET_IP -> Label.address(bytes);
      case KSYM -> function(Long.parseUnsignedLong(Label.unsigned(bytes)));
      case IFNAME -> device(Integer.parseUnsignedInt(Label.unsigned(bytes)));
      case STATIC_MAP, REGEXP -> throw new IllegalStateException(decoder + " reads no bytes");
    };
  }

  private static long signed(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return switch (bytes.length) {
      case 1 -> buffer.get();
      case 2 -> buffer.getShort();
      case 4 -> buffer.getInt();
      default -> buffer.getLong();
    };
  }

  private String function(long address) {
    return addresses.name(address).orElseGet(() -> "unknown_addr:0x" + Long.toHexString(address));
  }

  private static String device(int index) {
    try {
      var device = index > 0 ? NetworkInterface.getByIndex(index) : null;
      return device == null ? "unknown:" + Integer.toUnsignedString(index) : device.getName();
    } catch (SocketException e) {
      throw new BpfException("network device " + index + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> change(DecoderRule rule, String text) {
    if (rule.decoder() == Decoder.REGEXP) {
      return rule.patterns().stream()
          .map(p -> p.matcher(text))
          .filter(Matcher::find)
          .findFirst()
          .map(m -> Objects.requireNonNullElse(m.group(m.groupCount() == 0 ? 0 : 1), ""));
    }
    var word = rule.words().get(text);
    return Optional.of(word != null ? word : rule.allowUnknown() ? text : "unknown:" + text);
  }
}
