package dev.sluice.benchmark.flink;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.formats.avro.AvroRowDataDeserializationSchema;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.RegistryAvroDeserializationSchema;
import org.apache.flink.formats.avro.SchemaCoder;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Flink's own format {@code avro-confluent}, but for where the writer's schema comes from: it is
 * given, and the header that names it is skipped. Fields that are no column are skipped too.
 */
public final class FramedAvro implements DeserializationFormatFactory {
  static final String NAME = "framed-avro";
  private static final int HEADER_BYTES = 5;
  private static final ConfigOption<String> SCHEMA =
      ConfigOptions.key("schema").stringType().noDefaultValue();

  @Override
  public String factoryIdentifier() {
    return NAME;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(SCHEMA);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
      DynamicTableFactory.Context context, ReadableConfig options) {
    return new Format(options.get(SCHEMA));
  }

  private record Format(String schema) implements DecodingFormat<DeserializationSchema<RowData>> {
    @Override
    public DeserializationSchema<RowData> createRuntimeDecoder(
        DynamicTableSource.Context context, DataType read) {
      RowType row = (RowType) read.getLogicalType();
      String writer = schema; // What is sent to the cluster holds this, and not the format.
      return new AvroRowDataDeserializationSchema(
          new RegistryAvroDeserializationSchema<>(
              GenericRecord.class,
              AvroSchemaConverter.convertToSchema(row),
              () -> new Given(new Schema.Parser().parse(writer))),
          AvroToRowDataConverters.createRowConverter(row),
          context.createTypeInformation(read));
    }

    @Override
    public ChangelogMode getChangelogMode() {
      return ChangelogMode.insertOnly();
    }
  }

  private record Given(Schema schema) implements SchemaCoder {
    @Override
    public Schema readSchema(InputStream in) throws IOException {
      if (in.skip(HEADER_BYTES) != HEADER_BYTES) {
        throw new EOFException("a value must begin with its schema's id");
      }
      return schema;
    }

    @Override
    public void writeSchema(Schema written, OutputStream out) {
      throw new UnsupportedOperationException("values are only read");
    }
  }
}
