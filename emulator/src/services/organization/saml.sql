-- The configuration of the external SAML identity provider: at most one. `metadata` is XML.
CREATE TABLE organization_saml_providers (
    tenant INTEGER NOT NULL,
    entity_id TEXT NOT NULL,
    login_url TEXT NOT NULL,
    metadata TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

-- Its certificates: `content` is base64 of the DER bytes, without line feeds.
CREATE TABLE organization_certificates (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    certificate_id TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_certificates_id
    ON organization_certificates (tenant, certificate_id);
CREATE UNIQUE INDEX organization_certificates_content
    ON organization_certificates (tenant, content);
