package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Avro's own encoder decides. */
class AvroCursorProperties {
  @Property(tries = 500)
  void numbersAreReadAsAvroWritesThem(
      @ForAll List<Long> numbers, @ForAll @IntRange(max = 63) int shift) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    for (long number : numbers) {
      encoder.writeLong(number >> shift);
    }
    encoder.flush();
    AvroCursor cursor = new AvroCursor();
    cursor.reset(bytes.toByteArray(), 0);

    for (long number : numbers) {
      assertThat(cursor.readLong()).isEqualTo(number >> shift);
    }
    assertThat(cursor.atEnd()).isTrue();
  }

  @Example
  void numbersThatDoNotEndAreRefused() {
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0x80);
    AvroCursor cursor = new AvroCursor();
    cursor.reset(endless, 0);
    assertThatThrownBy(cursor::readLong).isInstanceOf(IllegalArgumentException.class);
    cursor.reset(new byte[] {(byte) 0x80, (byte) 0x80}, 0);
    assertThatThrownBy(cursor::readLong).isInstanceOf(ArrayIndexOutOfBoundsException.class);
  }
}
