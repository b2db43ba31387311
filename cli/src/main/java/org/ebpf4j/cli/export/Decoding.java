package org.ebpf4j.cli.export;

import com.google.re2j.Matcher;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.cli.export.MetricsConfig.DecoderRule;
import org.ebpf4j.cli.input.KernelAddresses;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.metrics.Label;

/// From the bytes of a part of a key or event to the text of a label. Any thread may use it.
final class Decoding {
  private final KernelAddresses addresses = new KernelAddresses();
  private final Numbers numbers;

  /// @param numbers what numbers stand for
  Decoding(Numbers numbers) {
    this.numbers = numbers;
  }

  /// What `rules` make of a part that means `plain` without them.
  ///
  /// @throws BpfException where they make nothing of parts of that size
  Label in(Label plain, List<DecoderRule> rules) {
    if (rules.isEmpty()) {
      return plain;
    }
    // Each gets the bytes that the one before it made: what is no UTF-8 is kept until the end.
    Function<byte[], Optional<byte[]>> all =
        bytes -> plain.text().apply(bytes).map(Decoding::bytes);
    var first = true;
    for (var rule : rules) {
      all = after(all, rule, plain, first);
      first = false;
    }
    var decoded = all;
    return plain.withText(
        bytes -> decoded.apply(bytes).map(b -> new String(b, StandardCharsets.UTF_8)));
  }

  private Function<byte[], Optional<byte[]>> after(
      Function<byte[], Optional<byte[]>> before, DecoderRule rule, Label plain, boolean first) {
    return switch (rule.decoder().takes()) {
      case BYTES -> {
        if (!rule.decoder().fits(plain.size())) {
          throw new BpfException(
              rule.place()
                  + ": decoder '"
                  + rule.decoder().label()
                  + "' makes nothing of the "
                  + plain.size()
                  + " bytes of label '"
                  + plain.name()
                  + "'; it takes "
                  + rule.decoder().sizes()
                  + " bytes");
        }
        if (rule.decoder() == Decoder.KSYM || rule.decoder() == Decoder.KSTACK) {
          addresses.prepare();
        }
        yield bytes -> Optional.of(decode(rule.decoder(), bytes));
      }
      case EITHER ->
          first
              ? bytes -> Optional.of(DomainName.dotted(bytes))
              : bytes -> before.apply(bytes).map(DomainName::dotted);
      case NUMBER -> bytes -> before.apply(bytes).map(t -> bytes(name(rule, text(t))));
      case TEXT ->
          bytes -> before.apply(bytes).flatMap(t -> change(rule, text(t)).map(Decoding::bytes));
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
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

  private byte[] decode(Decoder decoder, byte[] bytes) {
    return switch (decoder) {
      case UINT -> bytes(Label.unsigned(bytes));
      case INT -> bytes(Long.toString(signed(bytes)));
      case STRING -> untilZero(bytes);
      case HEX -> bytes(HexFormat.of().formatHex(bytes));
      case INET_IP -> bytes(Label.address(bytes));
      case KSYM -> bytes(function(signed(bytes)));
      case KSTACK -> bytes(stack(bytes));
      case IFNAME -> bytes(device((int) signed(bytes)));
      case MAJORMINOR -> bytes(BlockDevices.name(signed(bytes) & 0xffff_ffffL));
      default -> throw new IllegalStateException(decoder + " reads no bytes");
    };
  }

  private static byte[] untilZero(byte[] bytes) {
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOf(bytes, end);
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

  private String stack(byte[] bytes) {
    var frames = new ArrayList<String>();
    var addressOf = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    while (addressOf.hasRemaining()) {
      var address = addressOf.getLong();
      if (address == 0) {
        break;
      }
      frames.add(addresses.name(address).orElse("??"));
    }
    return String.join("\n", frames);
  }

  private static String device(int index) {
    try {
      var device = index > 0 ? NetworkInterface.getByIndex(index) : null;
      return device == null ? "unknown:" + Integer.toUnsignedString(index) : device.getName();
    } catch (SocketException e) {
      throw new BpfException("network device " + index + ": " + e.getMessage(), e);
    }
  }

  private String name(DecoderRule rule, String text) {
    try {
      return numbers.name(rule.decoder(), Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      throw new BpfException(
          rule.place()
              + ": decoder '"
              + rule.decoder().label()
              + "' takes a number, not '"
              + text
              + "'; 'uint' before it makes one of bytes",
          e);
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
