package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void whatWasAppendedIsThereAfterARestart(@TempDir Path directory) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), HOST, 0)) {
      create(kafka.bootstrapServers());
      append(kafka.bootstrapServers(), "first");
      assertThat(read(kafka.bootstrapServers(), 1)).containsExactly("first");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), HOST, 0)) {
      append(kafka.bootstrapServers(), "second");
      assertThat(read(kafka.bootstrapServers(), 2)).containsExactly("first", "second");
    }
  }

  @Test
  void aTakenPortIsOneLine(@TempDir Path directory) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      assertThatThrownBy(
              () -> EmbeddedKafka.start(directory.resolve("kafka"), HOST, taken.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageStartingWith("port " + taken.getLocalPort() + " is taken")
          .hasMessageNotContaining("\n");
      assertThat(directory.resolve("kafka")).doesNotExist();
    }
  }

  @Test
  void asAProcessItServesUntilItIsKilledAndKeepsWhatItAcknowledged(@TempDir Path directory)
      throws Exception {
    int port = Ports.choose(HOST, 0);
    Process first = process(directory, port);
    try {
      assertThat(readyLine(first)).isEqualTo("ready " + HOST + ":" + port);
      create(HOST + ":" + port);
      append(HOST + ":" + port, "acknowledged");
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();

    Process second = process(directory, port);
    try {
      assertThat(readyLine(second)).isEqualTo("ready " + HOST + ":" + port);
      assertThat(read(HOST + ":" + port, 1)).containsExactly("acknowledged");
      second.destroy();
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      second.destroyForcibly();
    }
  }

  @Test
  void oneOfThreeMayBeKilledAndWhatIsAcknowledgedIsThere(@TempDir Path directory) throws Exception {
    List<Integer> ports = List.copyOf(Ports.choose(HOST, Map.of("1", 0, "2", 0, "3", 0)).values());
    String controllers = ports.get(0) + "," + ports.get(1) + "," + ports.get(2);
    List<Process> nodes = new ArrayList<>();
    try {
      for (int node = 1; node <= 3; node++) {
        nodes.add(
            process(
                directory.resolve("node-" + node), 0, HOST, Integer.toString(node), controllers));
      }
      String two = address(nodes.get(0)) + "," + address(nodes.get(1));
      address(nodes.get(2));
      create(two, (short) -1);
      append(two, "first");
      nodes.get(2).destroyForcibly().waitFor();
      append(two, "second");
      assertThat(read(two, 2)).containsExactly("first", "second");
    } finally {
      nodes.forEach(Process::destroyForcibly);
    }
  }

  private static String address(Process node) throws IOException {
    String line = readyLine(node);
    assertThat(line).startsWith("ready ");
    return line.substring("ready ".length());
  }

  private static Process process(Path directory, int port, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(directory.resolve("kafka").toString(), Integer.toString(port)));
    arguments.addAll(List.of(more));
    return TestProcess.of(List.of("-Xmx256m"), KafkaProcess.class, arguments.toArray(String[]::new))
        .start();
  }

  private static String readyLine(Process process) throws IOException {
    return Optional.ofNullable(
            new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .readLine())
        .orElse("ended");
  }

  private static void create(String servers) throws Exception {
    create(servers, (short) 1);
  }

  private static void create(String servers, short replicas) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(List.of(new NewTopic("letters", 1, replicas)))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static void append(String servers, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>("letters", value)).get(60, TimeUnit.SECONDS);
    }
  }

  private static List<String> read(String servers, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition("letters", 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<String> values = new java.util.ArrayList<>();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<String, String> record : records) {
          values.add(record.value());
        }
      }
      return values;
    }
  }
}
